"""Reads data sets straight from zip and tar files; nothing is unpacked."""

from tf_advseg.datasets.archives.archive_path import ArchivePath as ArchivePath
from tf_advseg.datasets.archives.archive_path import Place as Place
from tf_advseg.datasets.archives.finding import advice as advice
from tf_advseg.datasets.archives.finding import is_in_archive as is_in_archive
from tf_advseg.datasets.archives.finding import open_archives as open_archives
from tf_advseg.datasets.archives.finding import open_folder as open_folder
from tf_advseg.datasets.archives.finding import top_names as top_names
